import { CloudRunJob, CloudRunService, ServiceAccount } from "slipway";
import { refused, registered } from "../registered";
import { image } from "../serving";

const stack = { root: true };

test("a component whose service account would have the ID of another's is refused", async () => {
    const unharmed = Object.keys(await registered(() => new CloudRunService("shop", { image }), stack));
    const both = () => {
        new CloudRunService("shop", { image });
        new CloudRunJob("shop", { image });
    };
    expect(await refused(both, stack, unharmed)).toBe('CloudRunJob "shop": name: [environment/account-twice]');
});

test("components with different service accounts are not", async () => {
    const made = await registered(() => {
        new ServiceAccount("shopper");
        new CloudRunService("web", { image });
        new CloudRunJob("migrate", { image });
    }, stack);
    expect(Object.keys(made).filter((key) => key.startsWith("Account "))).toHaveLength(3);
});
