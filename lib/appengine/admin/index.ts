import { applicationProvider } from "./application";
import { rolloutProvider } from "./rollout";

/** What the dynamic resources of an `AppEngineApp` do, found here by the code that a stack's state has of them. */
export const application = applicationProvider();
export const rollout = rolloutProvider();
