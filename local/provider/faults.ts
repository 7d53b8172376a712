/** A call that goes wrong on purpose. */
export interface Fault {
    verb: "create" | "read" | "update" | "delete";
    /** Only calls of this type are counted; calls of all types when left out. */
    type?: string;
    /** Which of the counted calls it is, from 1. */
    call: number;
    /** The code that the API answers, or `kill`: the process ends as by SIGKILL, before the call has any effect. */
    answer: number | "kill";
}

/** Counts the calls of one process and says which is to go wrong. */
export class Faults {
    private readonly counted = new Map<Fault, number>();

    constructor(private readonly faults: Fault[]) {}

    /** The code that this call is to be answered with, if any. */
    next(verb: Fault["verb"], type: string): number | undefined {
        let code: number | undefined;
        for (const fault of this.faults.filter((each) => each.verb === verb && (each.type ?? type) === type)) {
            const count = (this.counted.get(fault) ?? 0) + 1;
            this.counted.set(fault, count);
            if (count !== fault.call) {
                continue;
            }
            if (fault.answer === "kill") {
                process.kill(process.pid, "SIGKILL");
            } else {
                code = fault.answer;
            }
        }
        return code;
    }
}
