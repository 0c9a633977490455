"""The pages' figures: one module each, drawn by the `plot` directive while the site is built."""
