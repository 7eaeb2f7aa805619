"""The array language that users write."""
