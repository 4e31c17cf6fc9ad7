"""The pages of a school: home, orders, classes, people, plan."""

from django.urls import path

from lessons.views import (
    class_lists,
    class_sizes,
    classes,
    notices,
    order_check,
    order_lines,
    order_paper,
    order_start,
    order_tasks,
    orders,
    plans,
    school_home,
    school_letters,
    school_timetable,
    take_home,
)

app_name = "schools"
urlpatterns = [
    path("<int:urn>/orders/", order_start.orders, name="orders"),
    path("<int:urn>/orders/start/", order_start.start_order, name="start_order"),
    path("<int:urn>/orders/<uuid:ref>/tasks/", order_tasks.order_tasks, name="order_tasks"),
    path("<int:urn>/orders/<uuid:ref>/contact/", order_tasks.order_contact, name="order_contact"),
    path("<int:urn>/orders/<uuid:ref>/discard/", order_tasks.discard_order, name="discard_order"),
    path("<int:urn>/orders/<uuid:ref>/cost/", order_lines.order_cost, name="order_cost"),
    path("<int:urn>/orders/<uuid:ref>/check/", order_check.check_order, name="check_order"),
    path("<int:urn>/orders/<uuid:ref>/order.pdf", order_paper.order_pdf, name="order_pdf"),
    path(
        "<int:urn>/orders/<uuid:ref>/<int:position>/classes/",
        order_lines.order_classes,
        name="order_classes",
    ),
    path(
        "<int:urn>/orders/<uuid:ref>/<int:position>/needs/",
        order_lines.order_needs,
        name="order_needs",
    ),
    path(
        "<int:urn>/orders/<uuid:ref>/<int:position>/remove/",
        order_lines.remove_line,
        name="remove_line",
    ),
    path(
        "<int:urn>/orders/<uuid:ref>/<int:position>/remedy/",
        order_check.take_remedy,
        name="take_remedy",
    ),
    path("", school_home.home, name="home"),
    path("check/", school_letters.check_letter, name="check_letter"),
    path("<int:urn>/", school_home.school, name="school"),
    path("<int:urn>/people/", school_letters.people, name="people"),
    path("<int:urn>/people/<uuid:ref>/", school_letters.photograph, name="photograph"),
    path("<int:urn>/letters/<slug:code>/", school_letters.letter, name="letter"),
    path("<int:urn>/letters/<slug:code>/letter.pdf", school_letters.letter_pdf, name="letter_pdf"),
    path("<int:urn>/timetable/", school_timetable.timetable, name="timetable"),
    path("<int:urn>/letters-home/", take_home.take_home, name="take_home"),
    path("<int:urn>/letters-home/<uuid:ref>/", take_home.class_letters, name="class_letters"),
    path("<int:urn>/letters-home/<uuid:ref>/make/", take_home.make_letters, name="make_letters"),
    path(
        "<int:urn>/letters-home/<uuid:ref>/again/",
        take_home.send_second_letters,
        name="send_second_letters",
    ),
    path(
        "<int:urn>/letters-home/<uuid:ref>/letters.pdf", take_home.letters_pdf, name="letters_pdf"
    ),
    path("<int:urn>/orders/<uuid:ref>/", orders.order, name="order"),
    path("<int:urn>/orders/<uuid:ref>/agree/", orders.agree_order, name="agree_order"),
    path("<int:urn>/orders/<uuid:ref>/take-back/", orders.take_back_order, name="take_back_order"),
    path("<int:urn>/orders/<uuid:ref>/purchase-order/", orders.add_po_number, name="add_po_number"),
    path("<int:urn>/orders/<uuid:ref>/cancel/", orders.cancel_order, name="cancel_order"),
    path("<int:urn>/plan/", plans.plan, name="plan"),
    path("<int:urn>/plan/edit/", plans.edit_plan, name="edit_plan"),
    path("<int:urn>/plan/summary/", plans.plan_summary, name="plan_summary"),
    path("<int:urn>/plan/summary.pdf", plans.plan_pdf, name="plan_pdf"),
    path("<int:urn>/classes/", classes.classes, name="classes"),
    path("<int:urn>/classes/<uuid:ref>/", classes.class_page, name="class_page"),
    path(
        "<int:urn>/classes/<uuid:ref>/size/",
        class_sizes.change_class_size,
        name="change_class_size",
    ),
    path("<int:urn>/classes/<uuid:ref>/needs/", classes.class_needs, name="class_needs"),
    path("<int:urn>/classes/<uuid:ref>/list/", class_lists.class_list, name="class_list"),
    path(
        "<int:urn>/classes/<uuid:ref>/list.csv",
        class_lists.class_list_sheet,
        name="class_list_sheet",
    ),
    path(
        "<int:urn>/classes/<uuid:ref>/list/<uuid:pupil>/remove/",
        class_lists.remove_pupil,
        name="remove_pupil",
    ),
    path("<int:urn>/notice/", notices.give_notice, name="give_notice"),
    path("<int:urn>/notice/<slug:slug>/", notices.notice, name="notice"),
    path("<int:urn>/notice/<slug:slug>/undo/", notices.undo_notice, name="undo_notice"),
]
