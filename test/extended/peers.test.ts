import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isShorter, type PeerExample, peerExamples, peerTables, peerTotals } from "../../docs/tools/peers";
import { Deployment } from "../deploy/deployment";

const docs = join(__dirname, "..", "..", "docs");
const examples = peerExamples(docs);
const programs = examples.filter(({ program }) => program !== undefined);
const nameOf = ({ module, title }: PeerExample) => `${module}: ${title}`;

/** The kind of an example by the text of its program. */
function kindOf({ program, isRaw }: PeerExample): PeerExample["kind"] {
    if (program === undefined) {
        return "impossible";
    }
    const hasTransform = /\btransform: \{/.test(program);
    return hasTransform ? (isRaw ? "both" : "transform") : isRaw ? "raw" : "components";
}

test("the kind of each example is what its program needs", () => {
    const stated = examples.map((example) => [nameOf(example), example.kind]);
    expect(examples.map((example) => [nameOf(example), kindOf(example)])).toEqual(stated);
});

test("each example has a title of its own, a size, and the reason if there is no program", () => {
    expect(new Set(examples.map(nameOf)).size).toBe(examples.length);
    expect(examples.filter(({ hcl }) => !(hcl > 0)).map(nameOf)).toEqual([]);
    const unexplained = examples.filter(({ program, reason }) => (program === undefined) !== (reason !== undefined));
    expect(unexplained.map(nameOf)).toEqual([]);
});

test("components alone say many of the examples, most of them in fewer characters than HCL", () => {
    const count = (kind: PeerExample["kind"]) => examples.filter((example) => example.kind === kind).length;
    expect(count("components")).toBeGreaterThanOrEqual(250);
    expect(count("transform") + count("both")).toBeLessThanOrEqual(45);
    expect(count("impossible")).toBe(0);
    expect(programs.filter(isShorter).length / programs.length).toBeGreaterThanOrEqual(0.65);
});

test("the page has the kind and the size of each program", () => {
    const page = readFileSync(join(docs, "peers.md"), "utf8");
    expect(page).toContain(peerTotals(docs));
    expect(page).toContain(peerTables(docs));
});

describe("the programs", () => {
    const peers = Deployment.peers();
    let previewed: Set<string | undefined>;
    afterAll(() => peers.remove());

    beforeAll(async () => {
        await peers.up("given");
        const steps = await peers.preview("dev");
        previewed = new Set(steps.map((step) => /^create \S+ ([a-z0-9-]+?)--/.exec(step)?.[1]));
    });

    test.each([...new Set(examples.map(({ module }) => module))])("of %s are previewed", (module) => {
        const names = examples
            .filter((example) => example.module === module)
            .flatMap(({ program }, index) => (program === undefined ? [] : [`${module}-${index + 1}`]));
        expect(names.filter((name) => !previewed.has(name))).toEqual([]);
    });
});
