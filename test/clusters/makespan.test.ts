import { slowStarters } from "../deploy/spans";

test("starters with a cluster wait for what their resources need, and hardly longer", async () => {
    expect(await slowStarters("autoscaling", "echo-gke")).toEqual([]);
});
