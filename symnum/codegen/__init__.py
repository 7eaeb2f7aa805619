"""From a graph to native code."""
