import type { Entry, Inputs } from "../../../simulator";
import type { Code } from "../../emulator/code/code";
import type { Autoscaler, Lease, Scale } from "../../emulator/containers/autoscaler";
import { ContainersError, type RunningContainers } from "../../emulator/containers/launch";
import type { FunctionCodes } from "./functionCodes";

/** Code with the settings that it runs with. */
interface Version {
    key: string;
    code: Code;
    template: Inputs;
}

interface Started extends Version {
    autoscaler: Autoscaler<RunningContainers>;
}

/** What the instances of a function are run with. */
export interface FunctionOptions {
    codes: FunctionCodes;
    /** The instances that receive requests, by revision. */
    revisions: Map<string, Autoscaler<RunningContainers>>;
    create(entry: Entry, revision: string, template: Inputs, code: Code): Autoscaler<RunningContainers>;
    report(line: string): void;
}

/** The instances of a function. Code that does not start does not replace the code that answers. */
export class FunctionInstances {
    private current?: Started;
    private readonly starting = new Map<string, Started>();
    private readonly failed = new Set<string>();

    constructor(private readonly options: FunctionOptions) {}

    /**
     * Waits for an instance of the code that is on this machine, or deployed.
     *
     * @throws ContainersError if it does not start, and no code did before
     */
    async lease(
        entry: Entry,
        revision: string,
        template: Inputs,
        ended?: AbortSignal,
    ): Promise<Lease<RunningContainers>> {
        const version = this.wanted(entry, template);
        if (version.key === this.current?.key) {
            const { autoscaler } = this.current;
            this.keep(revision, autoscaler);
            return autoscaler.acquire(ended);
        }
        const started = this.starting.get(version.key) ?? {
            ...version,
            autoscaler: this.options.create(entry, revision, version.template, version.code),
        };
        this.starting.set(version.key, started);
        try {
            const lease = await started.autoscaler.acquire(ended);
            this.accept(started, revision);
            return lease;
        } catch (error) {
            if (!(error instanceof ContainersError)) {
                throw error;
            }
            this.starting.delete(version.key);
            this.failed.add(version.key);
            void started.autoscaler.close();
            if (this.current === undefined) {
                throw error;
            }
            this.options.report(`${version.code.title}: the code before it answers`);
            return this.lease(entry, revision, template, ended);
        }
    }

    /** Starts code that is new, so that its first request does not wait, and its errors are shown. */
    update(entry: Entry, revision: string, template: Inputs, scale: Scale): void {
        this.current?.autoscaler.update(scale);
        const { key } = this.wanted(entry, template);
        const isNeeded = this.current === undefined ? scale.min > 0 : this.current.autoscaler.size > 0;
        if (isNeeded && key !== this.current?.key && !this.starting.has(key) && !this.failed.has(key)) {
            this.lease(entry, revision, template).then(
                ({ release }) => release(),
                () => undefined,
            );
        }
    }

    async close(): Promise<void> {
        await Promise.all([...this.starting.values()].map(({ autoscaler }) => autoscaler.close()));
    }

    private wanted(entry: Entry, template: Inputs): Version {
        const code = this.options.codes.of(entry);
        if (!code) {
            throw new ContainersError("The function was deleted.");
        }
        const newest = code.edited ?? code.deployed;
        const key = JSON.stringify([newest.id, template]);
        return this.failed.has(key) && this.current ? this.current : { key, code: newest, template };
    }

    private accept(started: Started, revision: string): void {
        const before = this.current;
        if (before === started) {
            return;
        }
        this.current = started;
        this.starting.delete(started.key);
        this.keep(revision, started.autoscaler);
        if (before) {
            this.options.report(`${started.code.title}: new code answers`);
            void before.autoscaler.drain();
        }
    }

    private keep(revision: string, autoscaler: Autoscaler<RunningContainers>): void {
        this.options.revisions.clear();
        this.options.revisions.set(revision, autoscaler);
    }
}
