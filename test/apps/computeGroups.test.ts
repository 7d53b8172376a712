import { Tokens } from "../../local/runtime/emulator/tokens";
import { computeRest } from "../../local/runtime/services/compute/api";
import { groupMethods } from "../../local/runtime/services/compute/groups/api";
import type { Inputs } from "../../local/simulator/rules/rules";
import { Discovery } from "../discovery";
import { closeGroups, served, until } from "../unit/local/emulator/groupWorld";

afterEach(closeGroups);

const manager = "projects/acme-dev/regions/europe-west1/instanceGroupManagers/shop";

test("every method of groups accepts and returns what Google's API does", async () => {
    const shop = served();
    await until(() => shop.receiving().length === 3);
    const document = await Discovery.of("compute.v1");
    const { cloud } = shop.world;
    const rest = computeRest(cloud, new Tokens(cloud), { outputs: () => undefined, groups: shop.groups });
    const asked = async (id: string, method: string, path: string): Promise<Inputs> => {
        // The document's paths begin after its `servicePath`.
        expect(document.problems({ method, path })).toEqual([]);
        const answer = await rest({
            ...{ method, path: `/compute/v1/${path}`, query: new URLSearchParams() },
            headers: { authorization: "Bearer developer" },
            ...{ body: Buffer.alloc(0), origin: "http://127.0.0.1", ended: new AbortController().signal },
        });
        expect([id, answer?.status]).toEqual([id, 200]);
        expect(document.unanswered(id, answer?.body)).toEqual([]);
        return answer?.body as Inputs;
    };
    const [get, list] = groupMethods(shop.groups).map(({ id }) => id) as [string, string];
    const group = await asked(get, "GET", manager);
    expect([group.status.isStable, group.currentActions.none, group.targetSize]).toEqual([true, 3, 3]);
    const { managedInstances } = await asked(list, "POST", `${manager}/listManagedInstances`);
    const [first] = managedInstances;
    expect([managedInstances.length, first.currentAction, first.instanceHealth[0].detailedHealthState]).toEqual([
        3,
        "NONE",
        "HEALTHY",
    ]);
});
