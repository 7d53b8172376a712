import { refusalOf, World } from "./world";

const location = "europe-west1";
const invoke = (world: World, token: string, inputs = {}) => world.provider.invoke(token, inputs);

function prepared(): World {
    const world = new World({
        project: "acme-dev",
        region: location,
        zone: "europe-west1-b",
        defaultLabels: { a: "b" },
    });
    world.enable("container", "iam");
    return world;
}

test("the versions of a location are listed, all or those with a prefix", () => {
    const token = "gcp:container/getEngineVersions:getEngineVersions";
    const of134 = ["1.34.12-gke.1153000", "1.34.11-gke.1209000", "1.34.11-gke.1056000", "1.34.10-gke.1328000"];
    expect(invoke(prepared(), token, { location, versionPrefix: "1.34." })).toEqual({
        id: expect.any(String),
        project: "acme-dev",
        location,
        versionPrefix: "1.34.",
        defaultClusterVersion: "1.36.4-gke.1391002",
        latestMasterVersion: "1.34.12-gke.1153000",
        latestNodeVersion: "1.34.12-gke.1153000",
        validMasterVersions: of134,
        validNodeVersions: of134,
        releaseChannelDefaultVersion: {
            RAPID: "1.36.4-gke.2046002",
            REGULAR: "1.36.4-gke.1391002",
            STABLE: "1.35.6-gke.1250000",
            EXTENDED: "1.36.4-gke.1391002",
        },
        releaseChannelLatestVersion: {
            RAPID: "1.34.12-gke.1153000",
            REGULAR: "1.34.11-gke.1209000",
            STABLE: "1.34.11-gke.1056000",
            EXTENDED: "1.34.11-gke.1209000",
        },
        releaseChannelUpgradeTargetVersion: expect.any(Object),
    });
    expect(invoke(prepared(), token)).toMatchObject({ location });
    expect(refusalOf(() => invoke(new World(), token, { location }))).toContain(
        "Kubernetes Engine API has not been used",
    );
});

test("a cluster is returned with each block as a list, or not found", () => {
    const token = "gcp:container/getCluster:getCluster";
    const world = prepared();
    world.make("Cluster", { name: "main", location, initialNodeCount: 1, resourceLabels: { team: "forecast" } });
    expect(invoke(world, token, { name: "main", location })).toMatchObject({
        id: "projects/acme-dev/locations/europe-west1/clusters/main",
        ipAllocationPolicies: [{ servicesIpv4CidrBlock: "34.118.224.0/20" }],
        masterAuths: [{ clientCertificateConfigs: [{ issueClientCertificate: false }] }],
        nodePools: [{ name: "default-pool", nodeConfigs: [{ machineType: "e2-medium" }] }],
        nodePoolDefaults: [{ nodeConfigDefaults: [{ loggingVariant: "DEFAULT" }] }],
        releaseChannels: [{ channel: "REGULAR" }],
        resourceLabels: { team: "forecast" },
    });
    expect(refusalOf(() => invoke(world, token, { name: "other" }))).toBe(
        "googleapi: Error 404: Not found: projects/acme-dev/locations/europe-west1/clusters/other., notFound",
    );
});

test("a program gets its configuration, and a token that local clusters accept", () => {
    expect(invoke(prepared(), "gcp:organizations/getClientConfig:getClientConfig")).toEqual({
        id: 'projects/"acme-dev"/regions/"europe-west1"/zones/"europe-west1-b"',
        accessToken: "slipway-local",
        defaultLabels: { a: "b" },
        project: "acme-dev",
        region: location,
        zone: "europe-west1-b",
    });
});

test("the zones of a region are listed", () => {
    const token = "gcp:compute/getZones:getZones";
    expect(invoke(prepared(), token)).toMatchObject({
        names: ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
    });
    expect(invoke(prepared(), token, { region: "us-central1", status: "UP" })).toMatchObject({
        names: ["us-central1-a", "us-central1-b", "us-central1-c", "us-central1-f"],
    });
    expect(refusalOf(() => invoke(new World({ project: "acme-dev" }), token))).toContain("Cannot determine region");
    expect(refusalOf(() => invoke(new World(), token))).toContain("Compute Engine API has not been used");
});

test("the default service account of Compute Engine has the number of its project", () => {
    const token = "gcp:compute/getDefaultServiceAccount:getDefaultServiceAccount";
    const world = prepared();
    const { email, member, name } = invoke(world, token) as Record<string, string>;
    expect(email).toMatch(/^\d+-compute@developer\.gserviceaccount\.com$/);
    expect([member, name]).toEqual([`serviceAccount:${email}`, `projects/acme-dev/serviceAccounts/${email}`]);
    expect(invoke(world, "gcp:serviceaccount/getAccount:getAccount", { accountId: email })).toMatchObject({
        accountId: email?.split("@")[0],
        displayName: "Compute Engine default service account",
        email,
        name,
        project: "acme-dev",
    });
    expect(refusalOf(() => invoke(new World(), token))).toContain("Compute Engine API has not been used");
});
