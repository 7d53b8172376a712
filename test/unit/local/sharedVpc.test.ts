import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, World } from "./world";

const created = { billingAccount: "012345-6789AB-CDEF01", autoCreateNetwork: false, deletionPolicy: "DELETE" };

/** A world with projects that can share networks. */
function prepared() {
    const world = new World();
    world.enable("compute", "cloudresourcemanager", "cloudbilling");
    for (const projectId of ["acme-shop", "acme-other"]) {
        world.make("Project", { projectId, name: projectId, ...created });
        world.make("Service", { project: projectId, service: "compute.googleapis.com" });
    }
    return world;
}

const attached = { hostProject: "acme-dev", serviceProject: "acme-shop" };

test("a project is attached to a host, which stays one while it has service projects", () => {
    const world = prepared();
    expect(refusalOf(() => world.make("SharedVPCServiceProject", attached))).toContain(
        "Invalid resource usage: ''projects/acme-dev' is not a shared VPC host project.'.",
    );
    const host = world.make("SharedVPCHostProject", { project: "acme-dev" });
    const service = world.make("SharedVPCServiceProject", attached);
    expect([host.id, service.id]).toEqual(["acme-dev", "acme-dev/acme-shop"]);
    expect(refusalOf(() => world.remove(host))).toContain(
        "Cannot disable project as a shared VPC host because it has active service projects.",
    );
    world.remove(service);
    world.remove(host);
});

test("a project is a host or a service project, and has one host", () => {
    const world = prepared();
    world.make("SharedVPCHostProject", { project: "acme-dev" });
    world.make("SharedVPCHostProject", { project: "acme-other" });
    world.make("SharedVPCServiceProject", attached);
    expect(refusalOf(() => world.make("SharedVPCHostProject", { project: "acme-shop" }))).toContain(
        "Project 'acme-shop' is a service project of 'acme-dev' and cannot be a shared VPC host.",
    );
    for (const serviceProject of ["acme-shop", "acme-dev"]) {
        expect(
            refusalOf(() => world.make("SharedVPCServiceProject", { hostProject: "acme-other", serviceProject })),
        ).toContain(`Project '${serviceProject}' is a host project, or is attached to another one.`);
    }
});

test("a project is not detached while it uses a network of its host", () => {
    const world = prepared();
    world.make("SharedVPCHostProject", { project: "acme-dev" });
    const service = world.make("SharedVPCServiceProject", attached);
    const network = world.make("Network", { name: "shared", autoCreateSubnetworks: false });
    const address = world.make("GlobalAddress", {
        project: "acme-shop",
        name: "range",
        purpose: "VPC_PEERING",
        addressType: "INTERNAL",
        prefixLength: 16,
        network: network.id,
    });
    expect(refusalOf(() => world.remove(service))).toContain("Cannot detach 'acme-shop' from 'acme-dev'");
    world.remove(address);
    world.remove(service);
});

describe("in a Shared VPC", () => {
    const range = { ipCidrRange: "10.0.0.0/20", region: "europe-west1" };
    const ranges = [
        { rangeName: "pods", ipCidrRange: "10.4.0.0/14" },
        { rangeName: "services", ipCidrRange: "10.8.0.0/20" },
    ];

    /** A network of the host, and a service project with what clusters and environments need. */
    function shared() {
        const world = prepared();
        const network = world.make("Network", { name: "shared", autoCreateSubnetworks: false });
        const subnetwork = world.make("Subnetwork", {
            name: "shared",
            network: network.id,
            ...range,
            secondaryIpRanges: ranges,
        });
        world.make("Service", { project: "acme-shop", service: "container.googleapis.com" });
        return { world, network, subnetwork };
    }

    test("rules, routes, routers and subnets are in the project of their network", () => {
        const { world, network } = shared();
        const own = { project: "acme-shop", name: "own", network: network.id };
        const cause = `'resource.network': '${network.id}'. Cross-project references for this resource are not allowed.`;
        const subnet = { ipCidrRange: "10.9.0.0/24", region: "europe-west1" };
        for (const [type, args] of [
            ["Firewall", { allows: [{ protocol: "tcp" }], sourceRanges: ["10.0.0.0/8"] }],
            ["Route", { destRange: "192.168.0.0/16", nextHopIp: "10.0.0.5" }],
            ["Router", { region: "europe-west1" }],
            ["Subnetwork", subnet],
        ] as const) {
            expect(refusalOf(() => world.make(type, { ...own, ...args }))).toContain(cause);
        }
    });

    test("machines and templates have a subnet of the host to which their project is attached", () => {
        const { world, subnetwork } = shared();
        const boot = "projects/debian-cloud/global/images/family/debian-12";
        const own = {
            project: "acme-shop",
            name: "own",
            machineType: "e2-small",
            networkInterfaces: [{ subnetwork: subnetwork.id }],
        };
        const machine = () =>
            world.make("Instance", {
                ...own,
                zone: "europe-west1-b",
                bootDisk: { initializeParams: { image: boot } },
            });
        const template = () =>
            world.make("RegionInstanceTemplate", {
                ...own,
                region: "europe-west1",
                disks: [{ sourceImage: boot, boot: true }],
            });
        const cause = `subnetwork': '${subnetwork.id}'. Cross-project references for this resource are not allowed.`;
        for (const make of [machine, template]) {
            expect(refusalOf(make)).toContain(cause);
        }
        world.make("SharedVPCHostProject", { project: "acme-dev" });
        world.make("SharedVPCServiceProject", attached);
        machine();
        template();
    });

    test("a cluster of a service project needs its agents in the host project", () => {
        const { world, network, subnetwork } = shared();
        const cluster = () =>
            world.make("Cluster", {
                project: "acme-shop",
                name: "main",
                location: "europe-west1",
                enableAutopilot: true,
                deletionProtection: false,
                network: network.id,
                subnetwork: subnetwork.id,
                ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
            });
        expect(refusalOf(cluster)).toContain(
            'Project "acme-shop" does not have an associated Shared-VPC host project.',
        );
        world.make("SharedVPCHostProject", { project: "acme-dev" });
        world.make("SharedVPCServiceProject", attached);
        expect(refusalOf(cluster)).toContain(
            'required "container.hostServiceAgent.use" permission(s) for "projects/acme-dev".',
        );
        const number = world.cloud.projects.number("acme-shop");
        const agent = `serviceAccount:service-${number}@container-engine-robot.iam.gserviceaccount.com`;
        const grant = (role: string, member: string) =>
            world.make("ProjectIAMMember", { project: "acme-dev", role, member });
        grant("roles/container.hostServiceAgentUser", agent);
        expect(refusalOf(cluster)).toContain(
            `Google Compute Engine: Required 'compute.subnetworks.get' permission for '${subnetwork.id}'.`,
        );
        grant("roles/compute.networkUser", agent);
        grant("roles/compute.networkUser", `serviceAccount:${number}@cloudservices.gserviceaccount.com`);
        cluster();
    });

    /** What starts instances in a subnet, by type, with a change that replaces nothing. */
    const workloads: [string, Inputs, Inputs][] = [
        ["gcp:cloudrunv2/service:Service", {}, { labels: { team: "shop" } }],
        ["gcp:cloudrunv2/workerPool:WorkerPool", {}, { labels: { team: "shop" } }],
        ["gcp:cloudrunv2/job:Job", { isJob: true }, { labels: { team: "shop" } }],
    ];

    test.each(workloads)(
        "%s has a subnet of the host, and is changed without its network",
        (token, { isJob }, change) => {
            const { world, subnetwork } = shared();
            world.make("Service", { project: "acme-shop", service: "run.googleapis.com" });
            world.make("Service", { project: "acme-shop", service: "iam.googleapis.com" });
            world.make("Account", { project: "acme-shop", accountId: "shop-run" });
            const template = {
                containers: [{ image: `europe-docker.pkg.dev/acme-images/apps/shop@sha256:${"0f3b1a6c".repeat(8)}` }],
                serviceAccount: "shop-run@acme-shop.iam.gserviceaccount.com",
                vpcAccess: { networkInterfaces: [{ subnetwork: subnetwork.id }] },
            };
            const inputs = {
                project: "acme-shop",
                name: "shop",
                location: "europe-west1",
                deletionProtection: false,
                template: isJob ? { template } : template,
            };
            expect(refusalOf(() => world.makeAny(token, inputs))).toContain(
                "Project 'acme-shop' is not attached to the Shared VPC host project 'acme-dev'.",
            );
            world.make("SharedVPCHostProject", { project: "acme-dev" });
            world.make("SharedVPCServiceProject", attached);
            expect(refusalOf(() => world.makeAny(token, inputs))).toContain(
                "does not have permission 'compute.subnetworks.use'",
            );
            const number = world.cloud.projects.number("acme-shop");
            world.make("SubnetworkIAMMember", {
                subnetwork: "shared",
                region: "europe-west1",
                role: "roles/compute.networkUser",
                member: `serviceAccount:service-${number}@serverless-robot-prod.iam.gserviceaccount.com`,
            });
            const made = world.makeAny(token, inputs);
            const faces = (state: Inputs) =>
                (isJob ? state.template.template : state.template).vpcAccess.networkInterfaces;
            const network = "projects/acme-dev/global/networks/shared";
            expect(faces(made.state)).toEqual([{ network, subnetwork: subnetwork.id }]);
            // The provider sends the computed network with each change.
            const computed = { ...template, vpcAccess: { networkInterfaces: faces(made.state) } };
            const changed = world.update(made, {
                ...inputs,
                ...change,
                template: isJob ? { template: computed } : computed,
            });
            expect(changed.state.labels).toEqual(change.labels);
        },
    );

    test("a connector has a subnet of the host to which its project is attached", () => {
        const { world, network } = shared();
        world.make("Subnetwork", { name: "egress", network: network.id, ...range, ipCidrRange: "10.1.0.0/28" });
        world.make("Service", { project: "acme-shop", service: "vpcaccess.googleapis.com" });
        const connector = () =>
            world.make("Connector", {
                project: "acme-shop",
                name: "egress",
                region: "europe-west1",
                subnet: { name: "egress", projectId: "acme-dev" },
                machineType: "e2-micro",
                minInstances: 2,
                maxInstances: 3,
            });
        expect(refusalOf(connector)).toContain("is not attached to the Shared VPC host project 'acme-dev'.");
        world.make("SharedVPCHostProject", { project: "acme-dev" });
        world.make("SharedVPCServiceProject", attached);
        connector();
    });
});
