/**
 * How long nobody has used a daemon. It only compares the times of uses with each other and measures by a clock that nobody sets:
 * a computer that sleeps, or whose time is corrected, stops no daemon that is in use.
 */
export class Idleness {
    private use?: number;
    private idle = 0;
    private seen?: number;

    /** @param limit in milliseconds */
    constructor(private readonly limit: number) {}

    /**
     * Whether the limit is reached.
     *
     * @param use the time of the last use, by any clock
     * @param now in milliseconds, by a clock that only advances
     */
    isOver(use: number, now: number): boolean {
        // A pause of this process was one of the users as well, who could not record a use in it.
        const passed = Math.min(now - (this.seen ?? now), this.limit / 10);
        this.idle = use === this.use ? this.idle + passed : 0;
        this.use = use;
        this.seen = now;
        return this.idle >= this.limit;
    }
}
