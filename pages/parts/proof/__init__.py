"""The parts of Proof."""
