import { createHash, randomUUID } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "slipway/privateFiles";

/**
 * How long changes take to have an effect, in seconds. `README.md` has them as a table.
 *
 * - `api`: calls of a new API fail. The provider's own samples wait this long:
 *   https://github.com/GoogleCloudPlatform/magic-modules/blob/main/mmv1/templates/terraform/samples/services/dataform/dataform_config_with_kms_key.tf.tmpl
 * - `account`: other services do not know a new service account or agent. "It might take 60 seconds or more before you can use the
 *   service account", https://docs.cloud.google.com/iam/docs/service-accounts-create. The provider's own samples wait this long for
 *   an agent:
 *   https://github.com/GoogleCloudPlatform/magic-modules/blob/main/mmv1/templates/terraform/samples/services/apigee/apigee_dns_zone_basic_test.tf.tmpl
 * - `grant`: "typically 2 minutes, potentially 7 minutes or longer",
 *   https://docs.cloud.google.com/iam/docs/access-change-propagation. Removed grants have an effect as long: "principals might still be
 *   able to use a recently revoked role".
 * - `address`: a subnetwork keeps the addresses of a deleted service: "wait 1-2 hours for Cloud Run to release the IP addresses",
 *   https://docs.cloud.google.com/run/docs/configuring/vpc-direct-vpc#delete-subnet
 * - `peering`: a network keeps the route to a deleted Cloud SQL instance: for up to four days,
 *   https://github.com/GoogleCloudPlatform/ai-on-gke/issues/550; for more than an hour was observed,
 *   https://github.com/SquadQuest/SquadQuest/issues/484. An hour, so that it is over at the next command.
 * - `metric`: the metrics of a new API, or of a filter of logs: "it could take up to 10 minutes to become available",
 *   https://github.com/hashicorp/terraform-provider-google/issues/11102
 */
export const delays = { metric: 600, api: 30, account: 60, grant: 120, address: 3600, peering: 3600 };

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

    constructor(private readonly cloud: string) {
        this.time = new SimulatedTime(cloud);
    }

    changed(name: string, kind: Kind): void {
        replace(this.file(name), String(this.end(kind)));
    }

    isPending(name: string): boolean {
        const file = this.file(name);
        const end = read(file);
        return end !== undefined && this.isBefore(file, Number(end));
    }

    removed(place: string, kind: Kind, name: string, value: object): void {
        replace(join(this.file(place), fileName(name)), JSON.stringify({ end: this.end(kind), value }));
    }

    remaining(place: string): object[] {
        const folder = this.file(place);
        const files = existsSync(folder) ? readdirSync(folder).filter((file) => !file.includes(".")) : [];
        return files.flatMap((file) => {
            const { end = 0, value } = JSON.parse(read(join(folder, file)) ?? "{}");
            return this.isBefore(join(folder, file), end) ? [value] : [];
        });
    }

    private end(kind: Kind): number {
        return this.time.now() + delays[kind] * 1000;
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
