import { applicationProvider } from "./application";
import { rolloutProvider } from "./rollout";

/** The providers of the dynamic resources of an `AppEngineApp`; the code in the state of a stack loads them from here. */
export const application = applicationProvider();
export const rollout = rolloutProvider();
