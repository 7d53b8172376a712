import { createHash } from "node:crypto";

export type Verb = "create" | "read" | "update" | "delete";

/**
 * What comes of a call that goes wrong: the code of the API's answer, before which the call has no effect; `cut` for a
 * connection that is dropped before the call has one; `kill` for the end of the process as by SIGKILL, before the call has
 * an effect; `lose` for the same after it, so that nobody hears of it; `slow` for an answer that comes late.
 */
export type Answer = number | "cut" | "kill" | "lose" | "slow";

/** Calls that go wrong on purpose. */
export interface Fault {
    verb: Verb;
    /** Only calls of this type, such as `gcp:pubsub/topic:Topic`, are counted; calls of all types when left out. */
    type?: string;
    /** Only calls for the resource of this name in the program. */
    name?: string;
    /** Which of the counted calls it is, from 1, repetitions among them; every one when left out. */
    call?: number;
    answer: Answer;
    /**
     * How long a `slow` answer takes.
     *
     * @default 60
     */
    seconds?: number;
}

/** What is new is not known everywhere at once: calls that need it are answered as if it were not there. */
export interface Delay {
    /** APIs that were enabled, or service accounts that were created. */
    delay: "api" | "account";
    /** How many calls that need it are answered so. */
    calls?: number;
    /** For how long. */
    seconds?: number;
}

/** All that goes wrong in one run. */
export interface FaultPlan {
    faults?: (Fault | Delay)[];
    /** Picks calls by this number and the verb, type and name of the resource, so that a run can be repeated. */
    seed?: number;
    /**
     * The share of the calls that the seed picks. Of a resource and verb it is the first call in each process.
     *
     * @default 0.1
     */
    rate?: number;
    /**
     * What comes of calls that the seed picks.
     *
     * @default [403, 429, 500, 503, "cut", "slow"]
     */
    answers?: Answer[];
    /**
     * How many times as fast as elsewhere time passes in what is waited for: repetitions, slow answers, delays.
     *
     * @default 60: a minute passes in a second
     */
    speed?: number;
}

/** A call of the API by what faults are picked by. */
export interface Called {
    verb: Verb;
    token: string;
    /** The resource's name in the program. */
    name: string;
    /** Whether it is no call, but what one begins: only faults of its very type are about it. */
    isBegun?: boolean;
}

/** What is to come of a call. */
export interface Struck {
    answer: Answer;
    seconds: number;
}

/** Ends this process as a SIGKILL from outside does: at once, whatever it is doing. */
export function kill(): void {
    process.kill(process.pid, "SIGKILL");
}

const isFault = (each: Fault | Delay): each is Fault => "verb" in each;
const slowSeconds = 60;

/** Counts the calls of one process and says which is to go wrong. */
export class Faults {
    readonly speed: number;
    readonly delays: Delay[];
    /** Whether the process is about to end: nothing is begun any more. */
    ending = false;
    private readonly faults: Fault[];
    private readonly counted = new Map<Fault, number>();
    private readonly met = new Set<string>();

    constructor(
        private readonly plan: FaultPlan = {},
        /** How the process ends for `kill` and `lose`. */
        private readonly ended: () => void = kill,
    ) {
        const all = plan.faults ?? [];
        this.faults = all.filter(isFault);
        this.delays = all.filter((each): each is Delay => !isFault(each));
        this.speed = plan.speed ?? 60;
    }

    /** What is to come of this call, if it is one of the faults. */
    next(call: Called): Struck | undefined {
        let struck = call.isBegun ? undefined : this.picked(call);
        for (const fault of this.faults) {
            const { verb, type = call.token, name = call.name } = fault;
            if (call.isBegun && fault.type === undefined) {
                continue;
            }
            if (verb !== call.verb || type !== call.token || name !== call.name) {
                continue;
            }
            const count = (this.counted.get(fault) ?? 0) + 1;
            this.counted.set(fault, count);
            if (count === (fault.call ?? count)) {
                struck = { answer: fault.answer, seconds: fault.seconds ?? slowSeconds };
            }
        }
        return struck;
    }

    end(): void {
        this.ending = true;
        this.ended();
    }

    /** What the seed has for the first call of this verb for this resource. */
    private picked({ verb, token, name }: Called): Struck | undefined {
        const { seed, rate = 0.1, answers = [403, 429, 500, 503, "cut", "slow"] } = this.plan;
        const key = [verb, token, name].join("\n");
        if (seed === undefined || this.met.has(key)) {
            return undefined;
        }
        this.met.add(key);
        const hash = createHash("sha256").update(`${seed}\n${key}`).digest();
        const answer = answers[hash.readUInt32BE(4) % answers.length];
        return answer !== undefined && hash.readUInt32BE(0) < rate * 2 ** 32
            ? { answer, seconds: slowSeconds }
            : undefined;
    }
}
