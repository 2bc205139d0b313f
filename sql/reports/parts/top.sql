-- param limit UInt32 = 20  how many rows, 10,000 at most
LIMIT {limit:UInt32}
