"""The console of headquarters, in the browser: pages over the services, with no rule and no SQL of their own."""
