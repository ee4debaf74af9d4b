import type { AskRequest } from '../../src/core/model/ask';
import type { Failure } from '../../src/core/model/failure';
import type { Route } from '../../src/core/model/route';
import { type ProfileDependencies, type ProfileRequest, profileTask } from '../../src/core/routing/profile';
import { type RouteDependencies, routeTask, type TaskInput } from '../../src/core/routing/route';

export interface RouteInput extends Omit<TaskInput, 'profile' | 'step'> {
  readonly request: ProfileRequest & Pick<AskRequest, 'step'>;
}

/** Judges a request and chooses who is asked, as the door does in two steps. */
export function routeRequest(dependencies: RouteDependencies & ProfileDependencies, { request, ...terms }: RouteInput): Route | Failure {
  return routeTask(dependencies, { ...terms, ...(request.step ? { step: request.step } : {}), profile: profileTask(dependencies, request) });
}
