/** How times are said. `{n}` stands for the number or the text it is put around. */
export const time = {
  justNow: 'just now',
  soon: 'in a moment',
  minutes: '{n} min',
  hours: '{n} h',
  hoursMinutes: '{h} h {m} min',
  day: '1 day',
  days: '{n} days',
  weeks: '{n} weeks',
  ago: '{n} ago',
  ahead: 'in {n}',
  today: 'Today',
  yesterday: 'Yesterday',
  tomorrow: 'Tomorrow',
  months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
};
