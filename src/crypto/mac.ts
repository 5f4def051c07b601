const blockLength = 64;
const hashLength = 32;

/**
 * Opens HMAC-SHA-256 (RFC 2104) of messages of one length. It hashes the two padded keys with the message and with the inner hash at once, which
 * takes a third of the time of an HMAC that is opened for each message.
 * @param key at most 64 bytes
 * @returns a function whose result is overwritten by its next call
 */
export function openMac(key: Uint8Array, length: number): (message: Uint8Array) => Uint8Array {
  const inner = Buffer.alloc(blockLength + length, 0x36);
  const outer = Buffer.alloc(blockLength + hashLength, 0x5c);
  for (const [i, byte] of key.entries()) {
    inner[i]! ^= byte;
    outer[i]! ^= byte;
  }
  const hash = new Uint8Array(hashLength);
  return (message) => {
    inner.set(message, blockLength);
    Bun.SHA256.hash(inner, hash);
    outer.set(hash, blockLength);
    Bun.SHA256.hash(outer, hash);
    return hash;
  };
}
