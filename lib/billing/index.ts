import { exportTogether } from "../internal/reportTogether";

export { Budget, type BudgetArgs } from "./budget";

exportTogether(module);
