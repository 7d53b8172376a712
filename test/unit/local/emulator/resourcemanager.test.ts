import { resourceManagerRest } from "../../../../local/runtime/services/resourcemanager/api";
import { Cloud } from "../../../../local/simulator/cloud/cloud";
import { projectName } from "../../../../local/simulator/cloud/projects";

import { World } from "../world";

const project = "acme-dev";

/** A caller without roles, and the world of the project's owner. */
function prepared() {
    const owner = new World();
    owner.enable("iam");
    const { email, member } = owner.make("Account", { accountId: "deployer" }).state;
    const { cloud } = owner;
    const caller = new Cloud(cloud.folder, cloud.store, cloud.now, { as: email });
    return { owner, member, caller };
}

const effectivePolicy = (cloud: Cloud, constraint: string) =>
    resourceManagerRest(cloud)({
        method: "POST",
        path: `/v1/projects/${project}:getEffectiveOrgPolicy`,
        body: Buffer.from(JSON.stringify({ constraint })),
    } as never);

test("the effective policy of a project is only for who may read policies", () => {
    const { owner, caller, member } = prepared();
    const constraint = "constraints/iam.disableServiceAccountKeyCreation";
    const answer = { status: 200, body: { constraint, booleanPolicy: { enforced: expect.any(Boolean) } } };
    const refused = {
        status: 403,
        body: { error: { code: 403, message: "The caller does not have permission", status: "PERMISSION_DENIED" } },
    };
    expect(effectivePolicy(owner.cloud, constraint)).toEqual(answer);
    expect(effectivePolicy(caller, constraint)).toEqual(refused);
    caller.iam.grant(project, projectName(project), { role: "roles/orgpolicy.policyViewer", member });
    expect(effectivePolicy(caller, constraint)).toEqual(answer);
});

test("the token of a program is that of its caller", () => {
    const { owner, caller } = prepared();
    const token = (world: World) =>
        world.provider.invoke("gcp:organizations/getClientConfig:getClientConfig", {}).accessToken;
    expect(token(owner)).toBe("slipway-local");
    expect(token(new World(owner.settings, {}, caller))).toBe(
        "slipway-local.deployer@acme-dev.iam.gserviceaccount.com",
    );
});
