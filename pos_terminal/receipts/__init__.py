"""Documents as slips of paper: pure functions from a document to a `devices.receipt.Receipt`, in Chinese or English."""
