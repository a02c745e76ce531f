"""Who signs in at headquarters, with which rights, and what they did."""
