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
        "Project 'acme-dev' is not a shared VPC host project.",
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
