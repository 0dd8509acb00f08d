"""What if: scenarios and tactics compared, bounded, and told in money."""
