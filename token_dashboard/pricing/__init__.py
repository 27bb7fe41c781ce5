"""What tokens cost: a dated price book, read into integer rate sheets, and the pricer that applies them."""
