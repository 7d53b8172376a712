import type { Inputs } from "../../../local/simulator/rules/rules";
import { setServingStatus } from "../../../local/simulator/services/appengine/versions";
import { storeImage } from "../../../local/simulator/services/artifactregistry/images";
import { imageName } from "../../../local/simulator/services/artifactregistry/names";
import { application, bucket, deployFlexible, flexible } from "./appengineWorld";
import { refusalOf } from "./world";

const digest = `sha256:${"a".repeat(64)}`;
const image = `europe-west1-docker.pkg.dev/acme-dev/images/predict@${digest}`;
const python = {
    runtime: "python",
    flexibleRuntimeSettings: { operatingSystem: "ubuntu22", runtimeVersion: "3.12" },
    deployment: { zip: { sourceUrl: `${bucket}/code.zip` } },
};
const creating = "Error creating FlexibleAppVersion: googleapi: Error";

test("a version has the provider's default health checks, and server defaults", () => {
    const world = application();
    expect(deployFlexible(world, "v1").state).toEqual({
        ...flexible,
        versionId: "v1",
        project: "acme-dev",
        name: "apps/acme-dev/services/default/versions/v1",
        deleteServiceOnDestroy: false,
        deletionPolicy: "DELETE",
        handlers: [expect.objectContaining({ urlRegex: ".*" })],
        livenessCheck: {
            path: "/live",
            checkInterval: "30s",
            failureThreshold: 4,
            initialDelay: "300s",
            successThreshold: 2,
            timeout: "4s",
        },
        noopOnDestroy: false,
        readinessCheck: {
            path: "/ready",
            appStartTimeout: "300s",
            checkInterval: "5s",
            failureThreshold: 2,
            successThreshold: 2,
            timeout: "4s",
        },
        runtimeApiVersion: "1",
        serviceAccount: "acme-dev@appspot.gserviceaccount.com",
        servingStatus: "SERVING",
    });
});

const scaled = (automaticScaling: Inputs) => ({
    manualScaling: undefined,
    automaticScaling: { cpuUtilization: { targetUtilization: 0.5 }, ...automaticScaling },
});
const of = (image: string) => ({ deployment: { container: { image } } });

test.each<[string, Inputs, string]>([
    [
        "of a runtime of the standard environment",
        { runtime: "python313" },
        "400: Invalid runtime 'python313' specified",
    ],
    [
        "of a runtime without an operating system",
        { ...python, flexibleRuntimeSettings: undefined },
        `${creating} 400: Error(s) encountered validating runtime. Your runtime version for python is past End of Support.`,
    ],
    [
        "of a version past its end",
        { ...python, flexibleRuntimeSettings: { operatingSystem: "ubuntu22", runtimeVersion: "3.9" } },
        `${creating} 400: Error(s) encountered validating runtime. Your runtime version for python is past End of Support.`,
    ],
    [
        "of an unknown version",
        { ...python, flexibleRuntimeSettings: { operatingSystem: "ubuntu24", runtimeVersion: "3.99" } },
        "400: Invalid runtime version '3.99' specified for runtime 'python'.",
    ],
    [
        "of an image with another runtime",
        { ...python, ...of("ghcr.io/acme/predict:1") },
        "400: A deployment of an image needs the runtime 'custom'",
    ],
    [
        "of an image and of files",
        { deployment: { container: { image: "ghcr.io/acme/predict:1" }, zip: { sourceUrl: `${bucket}/code.zip` } } },
        "400: Only one of deployment.container and",
    ],
    [
        "of an image without a tag",
        of("ghcr.io/acme/predict"),
        "400: Image 'ghcr.io/acme/predict' must be fully qualified",
    ],
    ["of too many CPUs", { resources: { cpu: 34 } }, "400: Invalid number of CPUs 34"],
    [
        "of too much memory",
        { resources: { cpu: 2, memoryGb: 13 } },
        "400: Invalid memory 13 GB for 2 CPU: it must be between 1.6 and 12.6 GB.",
    ],
    ["of too little memory", { resources: { cpu: 2 } }, "400: Invalid memory 0.6 GB for 2 CPU"],
    ["of too small a disk", { resources: { diskGb: 5 } }, "400: Invalid disk size 5 GB"],
    [
        "of a volume of another type",
        { resources: { memoryGb: 2, volumes: [{ name: "tmp", volumeType: "ssd", sizeGb: 1 }] } },
        "400: Invalid type 'ssd' of volume 'tmp'",
    ],
    [
        "of a volume larger than its memory",
        { resources: { memoryGb: 2, volumes: [{ name: "tmp", volumeType: "tmpfs", sizeGb: 3 }] } },
        "400: The volumes (3 GB) must be smaller than the memory (2 GB)",
    ],
    [
        "with a maximum of instances below the minimum",
        scaled({ minTotalInstances: 3, maxTotalInstances: 2 }),
        "must be less than or equal to maxTotalInstances (2).",
    ],
    ["with too few instances", scaled({ minTotalInstances: 0 }), "400: automaticScaling.minTotalInstances (0)"],
    [
        "with too short a cool-down period",
        scaled({ coolDownPeriod: "30s" }),
        "automaticScaling.coolDownPeriod (30s) must be in the range [60s",
    ],
    [
        "with too high a target",
        scaled({ cpuUtilization: { targetUtilization: 2 } }),
        "automaticScaling.cpuUtilization.targetUtilization (2)",
    ],
    [
        "with a health check without a path",
        { livenessCheck: { path: "live" } },
        "400: livenessCheck.path (live) must begin with '/'.",
    ],
    [
        "with a health check without a timeout",
        { readinessCheck: { path: "/", timeout: "0s" } },
        "400: readinessCheck.timeout (0s) must be in the range [1s, 300s].",
    ],
    [
        "with too long a start timeout",
        { readinessCheck: { path: "/", appStartTimeout: "1801s" } },
        "readinessCheck.appStartTimeout (1801s)",
    ],
    ["in a missing network", { network: { name: "net" } }, "400: Network 'net' not found in project 'acme-dev'."],
    [
        "in a missing subnetwork",
        { network: { name: "default", subnetwork: "sub" } },
        "400: Subnetwork 'sub' not found in region 'europe-west1'",
    ],
    [
        "with an invalid port",
        { network: { name: "default", forwardedPorts: ["http"] } },
        "400: Invalid forwarded port 'http'.",
    ],
    ["with an invalid tag", { network: { name: "default", instanceTag: "Web" } }, "400: Invalid instance tag 'Web'."],
])("a version %s is refused, and nothing remains", (_, more, words) => {
    const world = application();
    expect(refusalOf(() => deployFlexible(world, "v1", more))).toContain(words);
    expect(world.cloud.store.list("//appengine.googleapis.com/apps/acme-dev/services")).toEqual([]);
});

test("a custom mode network requires a subnetwork", () => {
    const world = application();
    world.make("Network", { name: "net", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "sub", network: "net", region: "europe-west1", ipCidrRange: "10.9.0.0/24" });
    expect(refusalOf(() => deployFlexible(world, "v1", { network: { name: "net" } }))).toContain(
        "400: Network 'net' has custom subnetworks: the name of a subnetwork must be specified.",
    );
    const network = { name: "net", subnetwork: "sub" };
    expect(deployFlexible(world, "v1", { network }).state.network).toEqual(network);
});

test("a network with a serving version cannot be deleted", () => {
    const world = application();
    const net = world.make("Network", { name: "net", autoCreateSubnetworks: false });
    const place = { network: "net", region: "europe-west1", ipCidrRange: "10.9.0.0/24" };
    const sub = world.make("Subnetwork", { name: "sub", ...place });
    deployFlexible(world, "v1");
    const network = { name: "net", subnetwork: "sub" };
    const made = deployFlexible(world, "v2", { network });
    const gone = deployFlexible(world, "v1", { service: "predictions", network, deleteServiceOnDestroy: true });
    const used = (version: string) =>
        `is already being used by 'projects/acme-dev/zones/europe-west1-b/instances/aef-${version}'`;
    expect(refusalOf(() => world.remove(sub))).toContain(used("default-v2"));
    expect(refusalOf(() => world.remove(net))).toContain("is already being used by");
    setServingStatus(world.cloud, made.state, "STOPPED");
    expect(refusalOf(() => world.remove(sub))).toContain(used("predictions-v1"));
    world.remove(gone);
    const again = deployFlexible(world, "v3", { network });
    expect(refusalOf(() => world.remove(sub))).toContain(used("default-v3"));
    world.remove(again);
    world.remove(sub);
    world.remove(net);
    expect(world.refreshed(net)).toBeUndefined();
    const auto = world.make("Network", { name: "auto" });
    deployFlexible(world, "v4", { network: { name: "auto" } });
    expect(refusalOf(() => world.remove(auto))).toContain(used("default-v4"));
});

test("an image must be in its repository, and readable by the version's account", () => {
    const world = application();
    world.enable("artifactregistry");
    world.account("web-account");
    const more = { ...of(image), serviceAccount: "web-account@acme-dev.iam.gserviceaccount.com" };
    const words = (account: string) =>
        `Error waiting to create FlexibleAppVersion: Error waiting for Creating FlexibleAppVersion: Error code 9, message: Flex operation apps/acme-dev/services/default/versions/v1 error [FAILED_PRECONDITION]: Unable to pull image '${image}' as '${account}'`;
    expect(refusalOf(() => deployFlexible(world, "v1", of(image)))).toContain(
        words("acme-dev@appspot.gserviceaccount.com"),
    );
    world.make("Repository", { repositoryId: "images", format: "DOCKER" });
    const name = imageName(image);
    if (name) {
        storeImage(world.cloud, name, digest);
    }
    expect(refusalOf(() => deployFlexible(world, "v1", more))).toContain(words(more.serviceAccount));
    const member = `serviceAccount:${more.serviceAccount}`;
    world.make("RepositoryIamMember", { repository: "images", role: "roles/artifactregistry.reader", member });
    expect(deployFlexible(world, "v1", more).state.serviceAccount).toBe(more.serviceAccount);
});

test("the flexible environment's and Compute Engine's APIs must be enabled", () => {
    const world = application();
    const off = (api: string) =>
        world.cloud.store.remove(`//serviceusage.googleapis.com/projects/acme-dev/services/${api}.googleapis.com`);
    off("compute");
    expect(refusalOf(() => deployFlexible(world, "v1"))).toContain("403: Compute Engine API has not been used");
    off("appengineflex");
    expect(refusalOf(() => deployFlexible(world, "v1"))).toContain(
        "403: Google App Engine Flexible Environment has not been used in project acme-dev before or it is disabled.",
    );
});

test("an update can stop a version, and a refresh detects one that was started by hand", () => {
    const world = application();
    const made = deployFlexible(world, "v1");
    const stopped = world.update(made, { ...made.inputs, servingStatus: "STOPPED" });
    expect(world.refreshed(stopped)?.state.servingStatus).toBe("STOPPED");
    const facts = "//appengine.googleapis.com/apps/acme-dev/services/default/versions/v1/facts";
    const entry = world.cloud.store.read(facts);
    world.cloud.store.write({
        ...(entry as NonNullable<typeof entry>),
        state: { ...entry?.state, servingStatus: "SERVING" },
    });
    expect(world.refreshed(stopped)?.state.servingStatus).toBe("SERVING");
});

test("only a changed source or location creates a new version", () => {
    const world = application();
    const made = deployFlexible(world, "v1", python);
    const wanted = { ...made.inputs, versionId: "v2", resources: { cpu: 2, memoryGb: 4 } };
    const { replaced, changed } = world.provider.diff(made.token, wanted, made.inputs, made.state);
    expect([replaced, [...changed.keys()].sort()]).toEqual([["versionId"], ["resources", "versionId"]]);
});
