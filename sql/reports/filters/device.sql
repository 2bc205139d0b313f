-- desktop, phone, tablet or other
device IN {device:Array(String)}
