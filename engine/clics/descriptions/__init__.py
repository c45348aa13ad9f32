"""Facts of geometry of a crystal, and robocrystallographer's words for them."""
