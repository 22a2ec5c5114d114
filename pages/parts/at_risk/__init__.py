"""The parts of At risk."""
