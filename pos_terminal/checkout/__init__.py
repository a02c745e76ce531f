"""What the checkout does, as values: state and command in, new state and effects out; no screen, file or device."""
