/** Preloaded into a process: its machine's clock is off by SKEW milliseconds. */
const right = Date.now;
const skew = Number(process.env.SKEW);
Date.now = () => right() + skew;
