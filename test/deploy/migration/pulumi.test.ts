import { join } from "node:path";
import { Deployment } from "../deployment";
import { Deployed } from "./deployed";

/** Whether a value has all properties of another one, at any depth. */
function contains(actual: unknown, expected: unknown): boolean {
    return typeof expected === "object" && expected !== null && typeof actual === "object" && actual !== null
        ? Object.entries(expected).every(([name, each]) => contains(Reflect.get(actual, name), each))
        : actual === expected;
}

describe("the programs of the guide from-pulumi", () => {
    const programs = ["raw", "components"].map((name) => Deployment.pages([join("migration", `${name}.ts`)]).byOwner());
    let raw: ReturnType<Deployed["resources"]>;
    let components: typeof raw;
    beforeAll(async () => {
        const [first, second] = programs as [Deployment, Deployment];
        // Only components wait until grants have taken effect.
        raw = (await Deployed.by(first, { SLIPWAY_LOCAL_IMMEDIATE: "true" })).resources();
        components = (await Deployed.by(second)).resources();
    });
    afterAll(() => Promise.all(programs.map((program) => program.remove())));

    type Resource = (typeof raw)[number];
    const isIn = (expected: Resource, actual: Resource) =>
        expected.type === actual.type && contains(actual.inputs, expected.inputs);
    const namesOf = (all: Resource[]) => all.map(({ type, name }) => `${type} ${name}`).sort();

    test("the components set all that the program without components sets, except for a role that is wider than needed", () => {
        const missing = raw.filter((each) => !components.some((other) => isIn(each, other)));
        expect(namesOf(missing)).toEqual(["IAMMember predict-build-roles/artifactregistry.writer"]);
    });

    test("the components add a repository for the images, roles on what is built only, and the bucket's metadata", () => {
        const added = components.filter((each) => !raw.some((other) => isIn(other, each)));
        expect(namesOf(added)).toEqual([
            "BucketIAMMember predict-build-source",
            "BucketIAMMember predict-models-storage-bucket-viewer",
            "Repository predict-images",
            "RepositoryIamMember predict-build-images",
        ]);
    });
});
