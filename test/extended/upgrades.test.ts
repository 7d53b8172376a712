import { type Intended, intended, intendedRows } from "./upgrades/intended";
import { changes, deploy, deploymentOf, stacksOf, unrecorded } from "./upgrades/program";
import { present, type Recording, read, record, recorded, restore, write } from "./upgrades/recording";

/**
 * Stacks that earlier releases deployed are previewed without a change: all starters, and the pages' examples as one program.
 * `npm run upgrades:record` records those of the present release.
 */

const found = new Set<Intended>();

function isIntended(program: string, change: string): boolean {
    const rows = intendedRows(program, change);
    for (const row of rows) {
        found.add(row);
    }
    return rows.length > 0;
}

/** The recordings of the present release by program. */
const ofPresent = Object.fromEntries(
    recorded().flatMap(([release, program]) => (release === present ? [[program, read(release, program)]] : [])),
);

const asked = process.env.SLIPWAY_RECORD_UPGRADES;

if (asked === undefined) {
    describe.each(recorded())("what the release %s deployed of %s", (release, program) => {
        test.each(Object.entries(read(release, program)))(
            "is previewed without a change as %s",
            async (stack, recording) => {
                const deployment = deploymentOf(program, recording);
                restore(recording, deployment.place, stack);
                const all = await changes(deployment, stack);
                await deployment.remove();
                expect(all.filter((change) => !isIntended(program, change))).toEqual([]);
            },
        );
    });

    test("have each starter and each page's example, with all stacks", () => {
        expect(unrecorded(ofPresent).map((program) => `npm run upgrades:record -- ${program}`)).toEqual([]);
        for (const [program, recordings] of Object.entries(ofPresent)) {
            expect([program, Object.keys(recordings).sort()]).toEqual([program, stacksOf(program).sort()]);
        }
    });

    test("has all intended changes, each with a reason", () => {
        expect(intended.filter((row) => !found.has(row) || row.reason === "")).toEqual([]);
    });
} else {
    test.each(asked === "" ? unrecorded(ofPresent) : asked.split(","))("records %s", async (program) => {
        const recordings: Record<string, Recording> = {};
        for (const stack of stacksOf(program)) {
            const [start, deployment] = [new Date(), deploymentOf(program)];
            await deploy(deployment, stack);
            expect(await changes(deployment, stack)).toEqual([]);
            recordings[stack] = record(deployment.place, stack, start);
            await deployment.remove();
        }
        write(program, recordings);
    });
}
