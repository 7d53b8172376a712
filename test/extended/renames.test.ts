import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as slipway from "../../lib";
import * as gke from "../../lib/gke";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";
import { pageExamples } from "../unit/pages";
import { intendedRows } from "./upgrades/intended";
import { changes, deploy, deploymentOf } from "./upgrades/program";
import { present, type Recording, read, recorded, restore } from "./upgrades/recording";
import { type Change, changeComponents, changedComponents } from "./upgrades/renamed";

/** The recorded programs of the present release are previewed with other parents and names of all components. */

const programs = recorded().flatMap(([release, program]) => (release === present ? [program] : []));
const folder = join(__dirname, "..", "..", "docs", "examples");
const seen = new Set<string>();

async function changesAfter(program: string, change: Change): Promise<string[]> {
    const [[stack, recording]] = Object.entries(read(present, program)) as [[string, Recording]];
    const deployment = deploymentOf(program, recording);
    restore(recording, deployment.place, stack);
    changeComponents(deployment, change);
    const all = await changes(deployment, stack);
    for (const component of changedComponents(deployment)) {
        seen.add(component);
    }
    await deployment.remove();
    return all.filter((each) => intendedRows(program, each.replace("-renamed", "")).length === 0);
}

test.each(programs)("components of %s with another parent and an alias stay as they are", async (program) => {
    const all = await changesAfter(program, "move");
    expect(all.filter((change) => !change.startsWith("create Team "))).toEqual([]);
});

test("components with another parent and no alias are created and deleted", async () => {
    const all = await changesAfter("model-function", "moveWithoutAlias");
    expect(all).toContain("delete Function predict");
    expect(all).toContain("create Function predict");
});

/**
 * What is replaced because its name in Google Cloud begins with the component's, and no argument sets it: accounts that belong to a component
 * alone with their roles, generated passwords, uploads of App Engine, and parts of load balancers and groups. None of it holds data. `docs/transforms.md` lists it.
 */
const replaced = new Set([
    ..."Account BackendBucket BackendService CustomService Firewall GlobalNetworkEndpoint GlobalNetworkEndpointGroup".split(
        " ",
    ),
    ..."HealthCheck Image InstanceGroup InstanceGroupMembership NetworkEndpoint NetworkEndpointGroup".split(" "),
    ..."RegionNetworkEndpointGroup Secret SecretVersion Slo User".split(" "),
    ..."BucketIAMMember DatasetIamMember IAMMember IamMember JobIamMember RepositoryIamMember SecretIamMember ServiceIamMember".split(
        " ",
    ),
]);

/** An `AppEngineApp` has no argument for its name, and a job that exports a database has that of its component. */
const ofComponents =
    /^replace (Bucket|BucketObject|StandardAppVersion|FlexibleAppVersion|Job) (app-engine-app\/)?(shop|deliveries)-renamed-|^replace Job (\S+\/)?\S+-renamed-export:/;

test.each(programs)(
    "components of %s with another name, an alias and the name in Google Cloud keep it",
    async (program) => {
        const all = await changesAfter(program, "rename");
        const others = all.filter((change) => {
            const [operation, type = ""] = change.split(" ");
            return (
                operation !== "update" &&
                !(operation === "replace" && (replaced.has(type) || ofComponents.test(change)))
            );
        });
        expect(others).toEqual([]);
    },
);

test("all components that the pages' examples construct were renamed", () => {
    const classes = { ...slipway, ...gke };
    const components = Object.values(classes).flatMap((value) =>
        typeof value === "function" && value.prototype && "registerOutputs" in value.prototype ? value.name : [],
    );
    const examples = pageExamples.map((example) => readFileSync(join(folder, example), "utf8")).join("\n");
    const constructed = components.filter((component) => new RegExp(`\\bnew ${component}\\(`).test(examples));
    expect(constructed.length).toBeGreaterThan(45);
    expect(constructed.filter((component) => !seen.has(component))).toEqual([]);
});

test("a renamed bucket and its consumer keep their grants", async () => {
    const deployment = Deployment.pages(["storage-bucket.ts"]);
    const grants = () =>
        cloudOf(deployment.place)
            .store.list()
            .flatMap(({ type, name }) => (type === "gcp:storage/bucketIAMMember:BucketIAMMember" ? name : []));
    await deploy(deployment, "dev");
    const before = grants();
    expect(before).toHaveLength(3);
    changeComponents(deployment, "rename");
    await deploy(deployment, "dev");
    expect(grants()).toEqual(before);
    await deployment.remove();
});
