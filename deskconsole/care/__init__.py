"""Looking after a desk as a whole: keeping it, bringing it back, moving it, examining it."""
