import { createHash, randomUUID } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { propagation as facts } from "slipway/facts";
import { writePrivate } from "../../../lib/privateFiles";

const { api, account, grant, metric } = facts.rows;

/**
 * How long changes take to have an effect, in seconds: the typical and the longest documented times of `lib/facts/propagation.ts`.
 * `README.md` has them as a table. Removed grants have an effect as long: "principals might still be able to use a recently revoked role".
 *
 * - `address`: a subnetwork keeps the addresses of a deleted service: "wait 1-2 hours for Cloud Run to release the IP addresses",
 *   https://docs.cloud.google.com/run/docs/configuring/vpc-direct-vpc#delete-subnet
 * - `peering`: a network keeps the route to a deleted Cloud SQL instance: for up to four days,
 *   https://github.com/GoogleCloudPlatform/ai-on-gke/issues/550; for more than an hour was observed,
 *   https://github.com/SquadQuest/SquadQuest/issues/484. An hour, so that it is over at the next command.
 * - `rollout`: instances of a group have the previous template, which cannot be deleted, until they are replaced one after the other:
 *   https://github.com/hashicorp/terraform-provider-google/issues/10365. The time depends on the group: five minutes for each change.
 */
export const delays = {
    metric: metric.typical,
    api: api.typical,
    account: account.typical,
    grant: grant.typical,
    address: 3600,
    peering: 3600,
    rollout: 300,
};

/** The longest of the delays that a seed draws. */
const longest = { metric: metric.longest, api: api.longest, account: account.longest, grant: grant.longest };

type Kind = keyof typeof delays;

/** Whether changes of a local Google Cloud have an effect yet. */
export interface Propagation {
    /** Notes a change that a program makes. Changes that Google makes have an effect immediately. */
    changed(name: string, kind: Kind): void;
    /** Whether a change has no effect yet. */
    isPending(name: string): boolean;
    /** Notes what a program removes from a place, such as a grant from a policy. */
    removed(place: string, kind: Kind, name: string, value: object): void;
    /** What was removed from a place and still has an effect. */
    remaining(place: string): object[];
}

export const immediate: Propagation = {
    changed: () => undefined,
    isPending: () => false,
    removed: () => undefined,
    remaining: () => [],
};

/**
 * The simulated time of a local Google Cloud: the real time, and the waits of programs, which take no time. It is a file because
 * programs and providers are different processes.
 */
export class SimulatedTime {
    private readonly file: string;

    constructor(private readonly folder: string) {
        this.file = join(folder, "time");
    }

    /** In milliseconds. */
    now(): number {
        const [first = "", ...skipped] = (read(this.file) ?? "").split("\n");
        const start = first.startsWith("=") ? Number(first.slice(1)) : Date.now() + Number(first);
        return skipped.reduce((sum, ms) => sum + Number(ms), start);
    }

    /** Stops the time, for a program that simulates all of it: it only advances with waits, until the next command. */
    stop(ms: number): void {
        replace(this.file, `=${ms}`);
    }

    /** Appends the wait, as several processes can wait at once. */
    skip(ms: number): void {
        mkdirSync(this.folder, { recursive: true, mode: 0o700 });
        appendFileSync(this.file, `\n${ms}`, { mode: 0o600 });
    }

    /** Joins the waits of previous commands. */
    compact(): void {
        replace(this.file, String(this.now() - Date.now()));
    }
}

/** Writes a file as a whole, as other processes read it, and can delete its folder. */
function replace(file: string, text: string): void {
    for (let attempts = 3; ; attempts--) {
        try {
            writePrivate(file, text);
            return;
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ENOENT" || attempts === 1) {
                throw error;
            }
        }
    }
}

/** Reads a file, which other processes can delete. */
function read(file: string): string | undefined {
    try {
        return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    } catch {
        return undefined;
    }
}

const pendingFolder = (cloud: string) => join(cloud, "pending");

/** Starts a command an hour after the previous one: everything has taken effect. */
export function startCommand(cloud: string): void {
    const time = new SimulatedTime(cloud);
    time.skip(3_600_000);
    time.compact();
    // Renamed first, because commands of other stacks can write to it, or remove it as well.
    const old = join(cloud, `pending.${randomUUID()}`);
    try {
        renameSync(pendingFolder(cloud), old);
    } catch {
        return;
    }
    rmSync(old, { recursive: true });
}

/**
 * Delays the changes of a cloud. The time at which a change takes effect is in a file, because the provider and the APIs for programs
 * are in different processes.
 */
export class DelayedPropagation implements Propagation {
    private readonly time: SimulatedTime;

    /** @param seed draws each delay between none and the longest documented one; by default, all are the typical ones */
    constructor(
        private readonly cloud: string,
        private readonly seed?: string,
    ) {
        this.time = new SimulatedTime(cloud);
    }

    changed(name: string, kind: Kind): void {
        replace(this.file(name), String(this.end(kind, name)));
    }

    isPending(name: string): boolean {
        const file = this.file(name);
        const end = read(file);
        return end !== undefined && this.isBefore(file, Number(end));
    }

    removed(place: string, kind: Kind, name: string, value: object): void {
        replace(join(this.file(place), fileName(name)), JSON.stringify({ end: this.end(kind, name), value }));
    }

    remaining(place: string): object[] {
        const folder = this.file(place);
        const files = existsSync(folder) ? readdirSync(folder).filter((file) => !file.includes(".")) : [];
        return files.flatMap((file) => {
            const { end = 0, value } = JSON.parse(read(join(folder, file)) ?? "{}");
            return this.isBefore(join(folder, file), end) ? [value] : [];
        });
    }

    private end(kind: Kind, name: string): number {
        return this.time.now() + this.delay(kind, name) * 1000;
    }

    /** In seconds. The same change has the same delay with the same seed. */
    private delay(kind: Kind, name: string): number {
        if (this.seed === undefined || !(kind in longest)) {
            return delays[kind];
        }
        const drawn = createHash("sha256").update(`${this.seed} ${kind} ${name}`).digest().readUInt32BE() / 2 ** 32;
        return Math.round(drawn * longest[kind as keyof typeof longest]);
    }

    /** Whether it is before a time; afterwards removes the file that has it. */
    private isBefore(file: string, end: number): boolean {
        const isBefore = this.time.now() < end;
        if (!isBefore) {
            rmSync(file, { force: true });
        }
        return isBefore;
    }

    private file(name: string): string {
        return join(pendingFolder(this.cloud), fileName(name));
    }
}

const fileName = (name: string) => createHash("sha256").update(name).digest("hex").slice(0, 32);
