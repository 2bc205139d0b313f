-- width of the window, in steps of 100 pixels
toString(viewport) IN {screen:Array(String)}
