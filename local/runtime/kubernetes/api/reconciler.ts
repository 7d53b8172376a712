/**
 * Runs a function on request, one run at a time: requests during a run cause one more run. Failed runs are retried
 * after a second.
 */
export class Reconciler {
    private asked = false;
    private running = false;

    constructor(
        private readonly run: () => Promise<void>,
        private readonly signal: AbortSignal,
        private readonly report: (line: string) => void,
    ) {}

    readonly ask = (): void => {
        this.asked = true;
        if (!this.running) {
            this.running = true;
            // Requests at the same time cause one run.
            setImmediate(() => void this.loop());
        }
    };

    /** Requests a run after a delay. */
    askIn(milliseconds: number): void {
        setTimeout(this.ask, milliseconds).unref();
    }

    private async loop(): Promise<void> {
        while (this.asked && !this.signal.aborted) {
            this.asked = false;
            try {
                await this.run();
            } catch (error) {
                if (!this.signal.aborted) {
                    this.report(error instanceof Error ? error.message : String(error));
                    this.askIn(1_000);
                }
            }
        }
        this.running = false;
    }
}
