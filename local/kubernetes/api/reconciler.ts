/**
 * Runs something again whenever it is asked to, one run at a time: what was asked for while it runs is done by one run after it.
 * A run that fails is tried again after a second.
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
            // What is asked for in one moment is one run.
            setImmediate(() => void this.loop());
        }
    };

    /** Asks after a while. */
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
