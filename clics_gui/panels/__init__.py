"""What is docked around the crystals."""
