export type Verb = "create" | "read" | "update" | "delete";

/** A call that goes wrong on purpose. */
export interface Fault {
    verb: Verb;
    /** Only calls of this type are counted; calls of all types when left out. */
    type?: string;
    /** Which of the counted calls it is, from 1. */
    call: number;
    /**
     * What comes of it: the code of the API's answer, before which the call has no effect; `kill` for the end of the
     * process as by SIGKILL, before the call has any effect; `lose` for the same after it, so that nobody hears of it.
     */
    answer: number | "kill" | "lose";
}

/** Ends the process as a SIGKILL from outside does: at once, whatever it is doing. */
export function kill(): void {
    process.kill(process.pid, "SIGKILL");
}

/** Counts the calls of one process and says which is to go wrong. */
export class Faults {
    private readonly counted = new Map<Fault, number>();

    constructor(
        private readonly faults: Fault[],
        /** How the process ends for `kill` and `lose`. */
        readonly end: () => void = kill,
    ) {}

    /** What is to come of this call, if it is one of the faults. */
    next(verb: Verb, type: string): Fault["answer"] | undefined {
        let answer: Fault["answer"] | undefined;
        for (const fault of this.faults.filter((each) => each.verb === verb && (each.type ?? type) === type)) {
            const count = (this.counted.get(fault) ?? 0) + 1;
            this.counted.set(fault, count);
            if (count === fault.call) {
                answer = fault.answer;
            }
        }
        return answer;
    }
}
