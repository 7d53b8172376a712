import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "..", "..");

export interface Span {
    starter: string;
    /** In simulated seconds. */
    up: number;
    needed: number;
    unneeded: { resource: string; on: string; seconds: number }[];
}

/** Deploys programs in simulated time. */
export async function spans(...programs: string[]): Promise<Span[]> {
    const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(root, "judges", "bench", "makespan.mjs"), "--json", ...programs],
        { env: { ...process.env, NODE_OPTIONS: "" }, maxBuffer: 2 ** 24 },
    );
    return JSON.parse(stdout);
}

/** Starters whose deployment takes longer than its resources need, with the ratio. */
export async function slowStarters(...starters: string[]): Promise<[starter: string, ratio: number][]> {
    const all = await spans(...starters);
    expect(all.map(({ starter }) => starter)).toEqual(starters);
    const ratios = all.map(({ starter, up, needed }): [string, number] => [starter, up / needed]);
    return ratios.filter(([, ratio]) => ratio < 1 || ratio > 1.05);
}
