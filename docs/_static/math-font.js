// Has the math font ready before the first formula is set, so that no line moves when it comes.
document.fonts.load('1em "Site Math"');
