import { Component, type ReactNode } from 'react'
import { NewVersionError } from '../new-version.ts'
import { Failed, NewVersion } from './states.tsx'

interface BoundaryProps {
  /** The place one is at: going elsewhere tries again. */
  readonly place: string
  readonly children: ReactNode
}

interface BoundaryState {
  readonly error: Error | undefined
  readonly place: string
}

/** A screen that breaks breaks alone: the rest goes on, and one can try again. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: undefined, place: this.props.place }

  static getDerivedStateFromError(error: unknown): Pick<BoundaryState, 'error'> {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  static getDerivedStateFromProps(props: BoundaryProps, state: BoundaryState): Partial<BoundaryState> | null {
    return props.place === state.place ? null : { error: undefined, place: props.place }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    if (error instanceof NewVersionError) return <NewVersion />
    return <Failed text={error.message} onRetry={() => this.setState({ error: undefined })} />
  }
}
