/** Characters that wait for a reader of stdout at most; what comes then is dropped. */
const maxWaiting = 4 * 1024 * 1024;

/**
 * Writes to stdout and never throws, waits or ends the process: when the disk is full or the reader has closed the pipe, what cannot be written is
 * lost, and when the reader is slow, so is what comes after four megabytes.
 */
export function openOutput(stream: NodeJS.WriteStream = process.stdout): { write(text: string): void } {
  let waiting = 0;
  stream.on("error", () => {});
  return {
    write(text) {
      if (waiting > maxWaiting) return;
      waiting += text.length;
      stream.write(text, () => {
        waiting -= text.length;
      });
    },
  };
}
