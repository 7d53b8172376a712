const table = Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) {
        crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    }
    return crc;
});

/** The CRC-32C checksum of an object, big endian, in base64 (RFC 3720, appendix B.4). */
export function crc32c(content: Buffer): string {
    let crc = 0xffffffff;
    for (const byte of content) {
        crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);
    }
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
    return bytes.toString("base64");
}
