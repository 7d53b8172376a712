import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "../deploy/deployment";
import { Accepted, suppressions } from "../suppressions";
import { pageExamples, runExample, runProgram } from "../unit/pages";
import { registeredTypes } from "../unit/registered";
import { exposing } from "./exposing";
import type { KubeObject } from "./kubectl";
import { problems } from "./lint";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();

const root = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "slipway-exposures-"));
const exposures = join(folder, "index.ts");
writeFileSync(exposures, exposing);

const usesKubernetes = (path: string) => /from "(slipway\/gke|@pulumi\/kubernetes)/.test(readFileSync(path, "utf8"));

/** The starters, and the pages' examples. */
const starters = readdirSync(join(root, "examples")).filter((name) =>
    usesKubernetes(join(root, "examples", name, "index.ts")),
);
const examples = pageExamples.filter((file) => usesKubernetes(join(root, "docs", "examples", file)));

const programs: [name: string, run: () => object][] = [
    ...starters.map((name): [string, () => object] => [
        name,
        () => runProgram(join(root, "examples", name, "index.ts")),
    ]),
    ...examples.map((file): [string, () => object] => [basename(file, ".ts"), () => runExample(file)]),
    ["exposures", () => runProgram(exposures)],
];

/** The objects of Kubernetes that a program registers, with all values. */
async function objectsOf(name: string, run: () => object, kind: "development" | "production"): Promise<KubeObject[]> {
    const all = await registeredTypes(run, { kind, named: true, pulumiProject: name });
    return all.flatMap(({ type, inputs }) => (type.startsWith("kubernetes:") ? [inputs] : []));
}

/** A cluster, which has the schemas of all kinds. */
const cluster = Deployment.pages([join("gke", "gke-cluster.ts")]);
const accepted = new Accepted("kube-score", suppressions.production);
const leftOut = new Accepted("kube-score", suppressions.development);

beforeAll(() => cluster.up("dev"));
afterAll(async () => {
    rmSync(folder, { recursive: true });
    await cluster.remove();
});

test.each(programs)(
    "kubeconform and kube-score find in %s for production only what is suppressed",
    async (name, run) => {
        const objects = await objectsOf(name, run, "production");
        expect(objects.length).toBeGreaterThan(0);
        expect(await problems(cluster, name, objects, accepted)).toEqual([]);
    },
);

test.each(programs)("they find the same in %s for development, where nothing is left out", async (name, run) => {
    expect(await problems(cluster, name, await objectsOf(name, run, "development"), accepted)).toEqual([]);
});

test("each suppression of kube-score is needed", () => {
    expect([accepted.unmet, leftOut.unmet]).toEqual([[], []]);
});
