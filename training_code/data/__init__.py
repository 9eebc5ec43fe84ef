"""From a zip to what is learned from: verdict, splits, images."""
