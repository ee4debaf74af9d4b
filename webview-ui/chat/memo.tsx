import { Component, type ComponentType, type FunctionComponent } from 'preact';

/**
 * A component that is drawn again only when one of its props is another value; `except` names one that does not count
 * because others stand for it. preact/compat has a `memo`, but brings all of React's names along.
 */
export function memo<P extends object>(View: FunctionComponent<P>, except?: keyof P & string): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !sameValues(this.props, next, except);
    }

    override render(props: P) {
      return <View {...props} />;
    }
  };
}

function sameValues(a: object, b: object, except: string | undefined): boolean {
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return left.length === right.size && left.every(([name, value]) => name === except || (right.has(name) && Object.is(right.get(name), value)));
}
